/// What one instruction would mean under several handlers, without a trap.
@NullMarked
package org.vemmio.emulator.survey;

import org.jspecify.annotations.NullMarked;
