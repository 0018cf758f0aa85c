package org.vemmio.emulator.handler.linux;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.vemmio.emulator.outcome.Check;

/// Linux versions between which the handlers differ: mainline release tags, to which stable branches have later brought
/// some of the fixes.
public enum KernelVersion {
    /// The first with `handle_mmio` for TDX.
    V5_19("5.19"),
    /// Assumed to panic on a private address, as 6.3 does.
    V6_1("6.1", LinuxTdxRung.PRIVATE_ADDRESS_COMMIT),
    /// Tells the zeropad fixup the faulting address (commit 9f9116406120).
    V6_5("6.5"),
    /// Refuses addresses outside the kernel half (commit d4fc4d014715), and decodes REX2 (since 6.10).
    V6_12("6.12");

    private final String release;
    private final Set<String> assumed;

    KernelVersion(String release, String... assumed) {
        this.release = release;
        this.assumed = Set.of(assumed);
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

    /// Returns the release in which the lines of the checks were counted.
    String source() {
        return "Linux " + (this == V6_12 ? "6.12.117" : release);
    }

    /// Returns whether a check of mainline is in this version, or assumed to be.
    boolean has(Check.Lifetime lifetime) {
        return lifetime.since().map(this::has).orElse(true) && !lifetime.until().map(this::has).orElse(false);
    }

    private boolean has(Check.Change change) {
        return Arrays.compare(numbers(change.version()), numbers(release)) <= 0
                || assumed.contains(change.commit());
    }

    private static int[] numbers(String release) {
        return Arrays.stream(release.split("\\.")).mapToInt(Integer::parseInt).toArray();
    }

    /// Returns whether fixups are told the address of the fault (Linux arch/x86/kernel/traps.c, `ve_raise_fault`).
    boolean tellsAddress() {
        return compareTo(V6_5) >= 0;
    }

    boolean decodesRex2() {
        return compareTo(V6_12) >= 0;
    }
}
