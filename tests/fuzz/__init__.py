"""`make fuzz`: whatever bytes come from outside, a reader reads them or raises an error of our own, in good time."""
