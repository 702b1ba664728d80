"""What providers report back, by webhook or when asked.

A report stands in `Message.delivery`, beside the state. An address that does not work gets nothing more, and what
is still of use goes another way.
"""
