"""What is wrong at this moment: for `/livez`, `/readyz` and `/statusz`, the watch, and the red line on officers' pages."""
