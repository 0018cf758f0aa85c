/** The command line: {@code vemmio}. */
@NullMarked
package org.vemmio.emulator.cli;

import org.jspecify.annotations.NullMarked;
