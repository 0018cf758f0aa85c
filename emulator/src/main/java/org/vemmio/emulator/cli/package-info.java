/// The command line: `vemmio`.
///
/// [Main] has a subcommand for each task, a class each: its options are fields, its `call` does the work and returns
/// the exit code. A new one is added to the list in [Main], takes its version from [Version], throws a
/// [CommandException] with one line about wrong input, and prints by [Table] or [Json].
///
/// Results go to standard output, messages to standard error. Exit codes: 0 fine, 1 a check failed, 2 the input or the
/// usage is wrong, 3 a defect of vemmio, which shows its stack trace.
@NullMarked
package org.vemmio.emulator.cli;

import org.jspecify.annotations.NullMarked;
