/// What all that is read has in common, whatever its format: files, arguments, text from elsewhere. Each thing once.
///
/// | class | what it is for |
/// |---|---|
/// | [InputException] | a file cannot be read: file, line, column, what is wrong and what would be right, on one line |
/// | [Suggestions] | what to say where a name is none of those there are: the one meant, or all |
/// | [Labels] | the constants of an enum as a file writes them: `short-lived` |
/// | [Numbers], [AddressRange] | a number of 64 bits; one, or two with a hyphen between |
/// | [Glob] | patterns with `*` and `?` |
/// | [Limits] | how much is read of what |
/// | [TextFiles] | files of text that are read whole |
/// | [Gzip] | input that may be compressed |
/// | [Visible] | text on one line, without control characters |
/// | [JarResources] | files that come with a jar |
///
/// # Messages
///
/// A reader tells a mistake where it stands, and tells all of it: the place, what stands there, what would be right. An
/// unknown name is answered with [Suggestions#hint]. [AddressRange#parse] and the like know no place: they throw an
/// `IllegalArgumentException` whose message is fit to be put behind one.
///
/// # To add a kind of file
///
/// It gets an exception of its own, which extends [InputException], so that who calls a reader can tell a bad policy
/// from a bad scenario, and a command can print either. Its reader takes a `Path`, in UTF-8, and turns each
/// `IOException` into that exception with [InputException#reason]. If it is YAML, it begins with
/// `org.vemmio.emulator.yaml`. A test holds one row for each mistake, with line, column and the whole message, as
/// `MalformedScenarioTest` does.
@NullMarked
package org.vemmio.emulator.input;

import org.jspecify.annotations.NullMarked;
