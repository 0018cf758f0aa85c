package org.vemmio.emulator.cpu;

/// Masks of the RFLAGS bits that instructions read or write (Intel SDM vol. 1, 3.4.3).
public final class Rflags {
    public static final long CF = 1L;
    public static final long PF = 1L << 2;
    public static final long AF = 1L << 4;
    public static final long ZF = 1L << 6;
    public static final long SF = 1L << 7;
    public static final long TF = 1L << 8;
    public static final long IF = 1L << 9;
    public static final long DF = 1L << 10;
    public static final long OF = 1L << 11;
    public static final long RF = 1L << 16;
    public static final long VM = 1L << 17;
    public static final long AC = 1L << 18;

    /// The six arithmetic flags.
    public static final long ARITHMETIC = CF | PF | AF | ZF | SF | OF;

    private Rflags() {
    }
}
