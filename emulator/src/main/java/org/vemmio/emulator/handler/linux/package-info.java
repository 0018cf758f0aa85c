/// The handlers of Linux guests: of #VE for TDX, of #VC for SEV-ES and SEV-SNP.
@NullMarked
package org.vemmio.emulator.handler.linux;

import org.jspecify.annotations.NullMarked;
