"""Send and receive over Bluetooth Low Energy: advertiser, scanner, duty cycle, and the radios."""
