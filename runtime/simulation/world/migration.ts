// Stands in for the base class of migrations: here they only tell their texts.

export class Migration {}
