/// The processor itself as a handler.
@NullMarked
package org.vemmio.emulator.handler.architectural;

import org.jspecify.annotations.NullMarked;
