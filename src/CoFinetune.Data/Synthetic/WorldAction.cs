namespace CoFinetune.Data.Synthetic;

/// <summary>What a person does, numbered as in the AVA-like annotations: postures 1–8, objects 9–12, meetings 13–16, each from common to rare.</summary>
internal enum WorldAction
{
    Stand = 1,
    Walk,
    Sit,
    Run,
    Lie,
    Jump,
    Crouch,
    Dance,
    Carry,
    Phone,
    Wave,
    Read,
    Talk,
    Follow,
    Hug,
    Fight,
}
