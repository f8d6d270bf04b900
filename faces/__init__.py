"""The photo side: read a photo, find and align its faces, put an edited face back."""
