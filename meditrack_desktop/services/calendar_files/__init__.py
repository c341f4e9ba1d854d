"""Calendar files (iCalendar): visits for patients and doctors to take along, and other calendars' time to take in."""
