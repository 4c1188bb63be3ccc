"""`provenance doctor`: whether this installation can do its work, and what to do if not.

One check a file in bot/doctor/checks/; its name has an underscore (bot/file_table.py). Each says one line or more: ok,
warning, error or unknown, a sentence, and what to do.
"""

from bot.doctor.check import DoctorCheck, DoctorLine, LineOutcome, Patient
from bot.doctor.examine import CHECKS, examine, open_patient

__all__ = ["CHECKS", "DoctorCheck", "DoctorLine", "LineOutcome", "Patient", "examine", "open_patient"]
