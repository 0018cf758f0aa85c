package org.vemmio.decoder;

/// What an instruction does to the status and control flags, as masks in the layout of RFLAGS (Intel SDM Vol. 1,
/// 3.4.3): CF is bit 0, PF 2, AF 4, ZF 6, SF 7, DF 10, OF 11. The last four masks do not overlap.
///
/// @param tested flags that are read
/// @param modified flags that are written with a value that depends on the operands
/// @param clearedTo0 flags that become 0 whatever the operands
/// @param setTo1 flags that become 1 whatever the operands
/// @param undefined flags whose value afterwards the manuals leave open
public record FlagUse(long tested, long modified, long clearedTo0, long setTo1, long undefined) {
    /// An instruction that neither reads nor writes a flag.
    public static final FlagUse NONE = new FlagUse(0, 0, 0, 0, 0);

    /// {@return every flag whose value may differ afterwards, undefined ones included}
    public long written() {
        return modified | clearedTo0 | setTo1 | undefined;
    }
}
