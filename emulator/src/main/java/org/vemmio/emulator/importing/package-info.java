/// Imports.
@NullMarked
package org.vemmio.emulator.importing;

import org.jspecify.annotations.NullMarked;
