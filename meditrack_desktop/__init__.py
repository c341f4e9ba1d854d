"""MediTrack Desktop: the program that a clinic's front desk lives in all day."""

__version__ = "0.1.0"
