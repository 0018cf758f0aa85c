/// The handlers of Linux guests: of #VE for TDX, of #VC for SEV-ES and SEV-SNP.
///
/// | handler | code that is modelled | checks | after them |
/// |---|---|---|---|
/// | [LinuxTdxHandler] | `tdx_handle_virt_exception`, `handle_mmio` in Linux arch/x86/coco/tdx/tdx.c | `LinuxTdxRung` | `LinuxTdxMmio` |
/// | [LinuxSevHandler] | `vc_handle_mmio` in Linux arch/x86/coco/sev/core.c | `LinuxSevChecks` | `LinuxSevMmio` |
///
/// Both decode by Linux's own decoder ([org.vemmio.decoder.linux]), as 64-bit code; the processor's view serves for text
/// and hazards. What they share is in `KernelRefusals` (words for bytes that are refused), `KernelHazards`,
/// `KernelRegister` (what becomes of a register after a read) and [KernelAddress].
///
/// The #VE handler walks its rungs: `LinuxTdxRung` has them in the order of the source, each with its lines in each
/// [KernelVersion] and what brought it; `LinuxTdxLadder` keeps those that a version has, and [LinuxTdxHandler] and
/// `LinuxTdxMmio` ask one after the other. What a version lacks is not asked; some rungs have nothing left to refuse.
///
/// To add a kernel version: a constant in [KernelVersion], and the lines of each rung in it. What the version changes is
/// a rung's `since` or `until`; a change that it is assumed to have is listed by commit with the constant.
@NullMarked
package org.vemmio.emulator.handler.linux;

import org.jspecify.annotations.NullMarked;
