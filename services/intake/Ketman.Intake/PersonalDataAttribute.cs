namespace Ketman.Intake;

/// <summary>
/// Marks a member of an event that says something about a person: who they are, where they are reached, what is held against
/// them. Erasure makes exactly these unreadable; what is not marked stays for ever.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PersonalDataAttribute : Attribute;
