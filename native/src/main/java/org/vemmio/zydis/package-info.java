/** Finds, opens and checks the Zydis library. */
@NullMarked
package org.vemmio.zydis;

import org.jspecify.annotations.NullMarked;
