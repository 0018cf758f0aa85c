/// Replaying recorded traps, and judging what comes out.
@NullMarked
package org.vemmio.emulator.recording.replay;

import org.jspecify.annotations.NullMarked;
