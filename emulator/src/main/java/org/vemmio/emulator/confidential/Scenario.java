package org.vemmio.emulator.confidential;

import java.util.ArrayList;
import java.util.List;

/// A scenario: a machine, pages, steps, what fails, and the policies to compare. Immutable.
///
/// @param title what it shows
/// @param machine the kind of machine
/// @param pages the pages at the start, 0 to [#MAX_PAGES]
/// @param steps what is done, in order
/// @param injections what fails
/// @param policies at least one
public record Scenario(String title, Machine machine, List<Page> pages, List<Step> steps, List<Injection> injections,
        List<ScenarioPolicy> policies) {
    /// The most pages that a scenario has.
    public static final int MAX_PAGES = 12;

    /// Creates a scenario; the lists are copied.
    public Scenario {
        pages = List.copyOf(pages);
        steps = List.copyOf(steps);
        injections = List.copyOf(injections);
        policies = List.copyOf(policies);
    }

    /// {@return the policy with this name}
    ///
    /// @throws IllegalArgumentException if there is none
    public ScenarioPolicy policy(String name) {
        return policies.stream().filter(policy -> policy.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no policy '%s'; there are %s".formatted(name,
                        String.join(", ", policies.stream().map(ScenarioPolicy::name).toList()))));
    }

    /// Plays the scenario under one of its policies, always with the same result.
    ///
    /// @return what became of it
    /// @throws org.vemmio.decoder.ZydisException if the guest traps and the Zydis library cannot be had
    public Account play(ScenarioPolicy policy) {
        return new Play(this, policy).run();
    }

    /// {@return what becomes of it under each of its policies, in order}
    ///
    /// @throws org.vemmio.decoder.ZydisException as [#play]
    public List<Account> playAll() {
        List<Account> accounts = new ArrayList<>();
        for (ScenarioPolicy policy : policies) {
            accounts.add(play(policy));
        }
        return accounts;
    }
}
