/// Reading scenarios.
@NullMarked
package org.vemmio.emulator.scenario.file;

import org.jspecify.annotations.NullMarked;
