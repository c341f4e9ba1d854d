"""The documents room: reading what is filed with a patient, decrypted in memory only."""
