from metastasis.text._blocks import blocks_of


def layout_blocks(text):
    return blocks_of(text)


def text_of_pdf(data, name):
    raise NotImplementedError
