/// Playing scenarios.
@NullMarked
package org.vemmio.emulator.scenario.run;

import org.jspecify.annotations.NullMarked;
