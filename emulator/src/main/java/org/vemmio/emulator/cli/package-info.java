/// The command line: `vemmio`.
///
/// [Main] has a subcommand for each task, a class each: its options are fields, its `call` does the work and returns
/// the exit code. What is shown comes from a model on a lower floor (a survey, a replay's summary, a scenario's result);
/// this room draws it, as a [Table] in colours where the terminal has them, or as [Json].
///
/// Results go to standard output, messages to standard error. Exit codes: 0 fine, 1 a check failed, 2 the input or the
/// usage is wrong, 3 a defect of vemmio, which shows its stack trace. Wrong input is one line: a [CommandException], or
/// an [org.vemmio.emulator.input.InputException] from the room that read it.
///
/// # How to add a command
///
/// 1. A class here, `FooCommand implements Callable<Integer>`, whose `spec` declares it as [Declared] helps to; its help
///    names every option, the object of `--json` and the exit codes.
/// 2. Its line in [Subcommand].
/// 3. `FooCommandTest`, which runs it in the same JVM by `CommandRun.of("foo", …)` and holds what it prints, what it
///    answers to wrong input, and its exit codes.
/// 4. An example in the README: `ReadmeTest` runs it.
///
/// `emulator/vemmio foo --help` shows it, once `mvn -DskipTests package` has made the image anew. What the
/// commands in `src/image/finish-image.sh` do not touch is not in the cache that makes the start fast.
///
/// # How to add an option
///
/// An `OptionSpec` in a field of the command, its line in the help, and a test for a value that is wrong. What takes a
/// name offers the names by `completionCandidates`, as `--handler` does.
@NullMarked
package org.vemmio.emulator.cli;

import org.jspecify.annotations.NullMarked;
