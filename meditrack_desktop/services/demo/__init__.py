"""The sample clinic: made-up people, a full week of visits and a few documents, the same every time."""
