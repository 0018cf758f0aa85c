package org.vemmio.emulator.cpu;

/// Masks of the control-register and XCR0 bits that decide whether an instruction may execute
/// (Intel SDM vol. 3, 2.5 and 2.6).
public final class Cr {
    public static final long CR0_PE = 1L;
    public static final long CR0_EM = 1L << 2;
    public static final long CR0_TS = 1L << 3;
    public static final long CR0_AM = 1L << 18;
    public static final long CR0_PG = 1L << 31;
    public static final long CR4_OSFXSR = 1L << 9;
    public static final long CR4_UMIP = 1L << 11;
    public static final long CR4_LA57 = 1L << 12;
    public static final long CR4_OSXSAVE = 1L << 18;

    /// XCR0 bits that AVX needs: SSE and AVX state.
    public static final long XCR0_AVX = 0x6;
    /// XCR0 bits that AVX-512 needs: SSE, AVX, opmask and both halves of the ZMM state.
    public static final long XCR0_AVX512 = 0xe6;

    private Cr() {
    }
}
