"""Match published keys against contacts, correct signal strengths, and estimate how many phones are near."""
