"""Reads and writes a catalogue: a folder of songs, each with a manifest, lyrics, stems, MIDI and a mix."""

from rebracket.catalogue.annotation_text import annotation_text, write_annotations
from rebracket.catalogue.audio import AudioInfo, decode_audio, encode_flac, probe_audio, read_audio, write_wav
from rebracket.catalogue.catalogue import Catalogue, read_catalogue
from rebracket.catalogue.codes import CODES, Code
from rebracket.catalogue.deep import check_deep
from rebracket.catalogue.explained import EXPLAINED
from rebracket.catalogue.lrc import Lyrics, parse_lrc, read_lrc
from rebracket.catalogue.midi import midi_bytes, parse_midi, read_midi, tempo_map, write_midi
from rebracket.catalogue.write import lrc_text, manifest_text, write_lrc, write_manifest

__all__ = [
    "CODES",
    "EXPLAINED",
    "AudioInfo",
    "Catalogue",
    "Code",
    "Lyrics",
    "annotation_text",
    "check_deep",
    "decode_audio",
    "encode_flac",
    "lrc_text",
    "manifest_text",
    "midi_bytes",
    "parse_lrc",
    "parse_midi",
    "probe_audio",
    "read_audio",
    "read_catalogue",
    "read_lrc",
    "read_midi",
    "tempo_map",
    "write_annotations",
    "write_lrc",
    "write_manifest",
    "write_midi",
    "write_wav",
]
