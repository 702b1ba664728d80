"""Safety answers that are kept, holds, and the clinician who clears them; whether a person may have a place."""
