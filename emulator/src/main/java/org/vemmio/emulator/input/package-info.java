/// What all readers of files and of text have in common: [InputException].
@NullMarked
package org.vemmio.emulator.input;

import org.jspecify.annotations.NullMarked;
