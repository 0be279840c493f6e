"""What every page is made with: fonts, frame, evidence, PDF."""
