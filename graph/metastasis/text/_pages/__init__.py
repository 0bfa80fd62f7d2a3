"""Pages: bytes of any form become blocks of text, each of which knows where it stands."""
