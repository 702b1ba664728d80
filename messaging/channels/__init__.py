"""The ways out: SMTP, text messages, GOV.UK Notify, a file. `base` says what each of them promises."""
