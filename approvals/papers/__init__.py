"""Official papers of applications and cases: what each says, and issuing it within the act that it attests.

Papers are in Chinese whatever the reader's language. One file for each group of papers; ``kinds``
tells ``documents`` what there is.
"""
