"""Made-up referrals as a practice would paste them, and how well `referrals.text_extraction` reads them.

`python -m devtools.pasting` prints the score. The layouts of `held_out` are not looked at one by one while the reader is
being improved: only their total says whether it learnt to read, or learnt the samples of `development` by heart.
"""
