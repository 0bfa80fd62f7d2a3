def read_html(text):
    raise NotImplementedError
