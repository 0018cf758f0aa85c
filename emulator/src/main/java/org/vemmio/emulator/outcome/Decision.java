package org.vemmio.emulator.outcome;

/// Which rule of which policy decided, and what.
///
/// @param policy the policy's name
/// @param rule the number of the rule from 1, in the order in which the policy tries them
/// @param text the rule as the policy file would write it
/// @param action what it says
public record Decision(String policy, int rule, String text, Action action) {
}
