"""The review room: communicators decide, answer and see the effect, in a browser.

Pages read the published snapshot and the review store and write the latter alone; nothing
here opens the live warehouse. Each page has a module in `motbild.web.pages`.
"""
