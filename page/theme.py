"""Gradio's theme. Its colours are names; what they are, light and dark, stands in style.css."""

from gradio.themes import Base

_NAMES = {
    "body_background_fill": "var(--paper)",
    "body_text_color": "var(--ink)",
    "body_text_color_subdued": "var(--ink-soft)",
    "background_fill_primary": "var(--paper)",
    "background_fill_secondary": "var(--paper)",
    "border_color_primary": "var(--line)",
    "border_color_accent": "var(--accent)",
    "link_text_color": "var(--accent)",
    "block_background_fill": "transparent",
    "block_border_color": "transparent",
    "block_label_text_color": "var(--ink)",
    "block_title_text_color": "var(--ink)",
    "input_background_fill": "var(--surface)",
    "input_background_fill_focus": "var(--surface)",
    "input_border_color": "var(--line-strong)",
    "input_border_color_focus": "var(--accent)",
    "input_placeholder_color": "var(--ink-soft)",
    "button_primary_background_fill": "var(--accent)",
    "button_primary_background_fill_hover": "var(--accent-strong)",
    "button_primary_text_color": "var(--on-accent)",
    "button_primary_text_color_hover": "var(--on-accent)",
    "button_secondary_background_fill": "transparent",
    "button_secondary_background_fill_hover": "var(--tint)",
    "button_secondary_border_color": "var(--line-strong)",
    "button_secondary_text_color": "var(--ink)",
}


def theme() -> Base:
    """The page's theme: fonts that Gradio carries with it, one set of names for light and dark."""
    base = Base(font=["Source Sans Pro", "system-ui", "sans-serif"], font_mono=["monospace"])
    both = {f"{name}{mode}": value for name, value in _NAMES.items() for mode in ("", "_dark")}
    plain = {"block_shadow": "none", "block_border_width": "0px", "block_padding": "0px"}
    return base.set(**both, **plain)
