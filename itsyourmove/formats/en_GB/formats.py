"""British dates in the admin, read as they are written here."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, g.i a"
TIME_FORMAT = "g.i a"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, g.i a"
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d/%m/%y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d"]
TIME_INPUT_FORMATS = ["%H:%M", "%H.%M"]
