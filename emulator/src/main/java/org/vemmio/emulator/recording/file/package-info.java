/// Reading and writing recordings.
@NullMarked
package org.vemmio.emulator.recording.file;

import org.jspecify.annotations.NullMarked;
