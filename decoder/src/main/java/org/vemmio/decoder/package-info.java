/** x86 instructions as the processor reads them. */
@NullMarked
package org.vemmio.decoder;

import org.jspecify.annotations.NullMarked;
