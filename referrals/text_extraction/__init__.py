"""Reading what a practice pastes: a summary from a clinical system, a letter, an email.

Pure: no database, no settings, no clock. Nothing is guessed silently: a value is `sure` only where a label, a shape
and the lines around it agree on it, and whose it is; the rest is shown as unsure and stays empty in the form. The time
grows with the length of the text and with nothing else, and the text is kept nowhere.
"""

from referrals.text_extraction.extract import FIELDS, Answer, extract_fields, sentences_about_the_patient
from referrals.text_extraction.segments import MOST_CHARACTERS, NotReadable
