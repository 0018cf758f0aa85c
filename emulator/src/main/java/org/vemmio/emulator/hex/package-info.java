/// Code bytes as people have them: hex in a dozen dresses, dumps, listings, and logs of guests that died.
///
/// [HexInput] recognises the [form][HexForm] of a text by its first 64 KiB. Plain hex, dumps and listings come as
/// [HexChunk]s while they are read. A log is read to its end, and comes as [CrashDump]s, which have the registers and
/// what the log means, so that a trap can be made of one. A text that could be in several forms, or is in one that
/// cannot be read, is a [HexException] that says so and how to go on: nothing is guessed.
///
/// All readers go through a line once, from left to right; none uses regular expressions or calls itself.
///
/// To add a form: a class that recognises and reads it, or a row of `DumpForm`, `ListingForm` or `LogCode`, and a place
/// in `HexForms`, with an example. `HexFormsTest` reads every example, and demands a sample of every form in the test
/// resources.
@NullMarked
package org.vemmio.emulator.hex;

import org.jspecify.annotations.NullMarked;
