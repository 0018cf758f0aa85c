/// Reading and writing recordings.
///
/// [RecordingReader] gives the traps of a file one by one, so that one larger than memory can be read;
/// [RecordingWriter] writes a file whole or not at all, [RecordingAppender] one that is whole at any moment. The format
/// is that of the package [org.vemmio.emulator.recording].
///
/// A mistake in a file is a [RecordingException] with a message of one line, `FILE:LINE:COLUMN: PROBLEM`. It says what
/// stands there and what would stand there instead. Keys that are not known are passed over, wherever they are.
///
/// A line is read twice at most. Nearly every one is plain: ASCII, without escapes, each key once. `PlainTokens` reads
/// it from the bytes of a `LineBlock`, with names and short texts from `PlainNames`. Any other one, and with it every
/// mistake, is read again by a JSON parser (`ParsedTokens`), so that messages and places are the parser's.
///
/// `JsonCursor` stands above both and knows the forms in which values are written; `ValueParser` what stands under several keys (registers,
/// ranges of bytes); `TrapParser` and `ExpectationParser` the keys of a line. `TrapFormatter` is their counterpart: it
/// writes keys in a fixed order and leaves out what has its default value.
@NullMarked
package org.vemmio.emulator.recording.file;

import org.jspecify.annotations.NullMarked;
