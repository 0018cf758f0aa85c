/// The command line: `vemmio`.
///
/// Results go to standard output, messages to standard error. Exit codes: 0 fine, 1 a check failed, 2 the input or the
/// usage is wrong.
@NullMarked
package org.vemmio.emulator.cli;

import org.jspecify.annotations.NullMarked;
