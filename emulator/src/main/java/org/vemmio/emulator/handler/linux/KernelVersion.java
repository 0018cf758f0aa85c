package org.vemmio.emulator.handler.linux;

import java.util.Arrays;
import java.util.Optional;

/// Linux versions between which the handlers differ: mainline release tags, to which stable branches have later brought
/// some of the fixes.
public enum KernelVersion {
    /// The first with `handle_mmio` for TDX.
    V5_19("5.19", false, false, false),
    /// Panics on a private address.
    V6_1("6.1", true, false, false),
    /// Tells the zeropad fixup the faulting address (commit 9f9116406120).
    V6_5("6.5", true, false, false),
    /// Refuses addresses outside the kernel half (commit d4fc4d014715), and decodes REX2 (since 6.10).
    V6_12("6.12", true, true, true);

    private final String release;
    private final boolean panicsOnPrivate;
    private final boolean checksAddress;
    private final boolean decodesRex2;

    KernelVersion(String release, boolean panicsOnPrivate, boolean checksAddress, boolean decodesRex2) {
        this.release = release;
        this.panicsOnPrivate = panicsOnPrivate;
        this.checksAddress = checksAddress;
        this.decodesRex2 = decodesRex2;
    }

    /// {@return the version whose release is `release`, such as `6.12`, if there is one}
    public static Optional<KernelVersion> of(String release) {
        return Arrays.stream(values()).filter(version -> version.release.equals(release)).findFirst();
    }

    /// {@return the newest}
    public static KernelVersion newest() {
        return V6_12;
    }

    /// {@return the release, such as `6.12`}
    public String release() {
        return release;
    }

    boolean panicsOnPrivate() {
        return panicsOnPrivate;
    }

    boolean checksAddress() {
        return checksAddress;
    }

    boolean decodesRex2() {
        return decodesRex2;
    }
}
