/** The options of `up` that choose what a new platform is like, from set-up's own table. */
import { PLATFORM_SETTINGS, settingVariable } from '@slipway/setup';
import type { OptionSpec } from '../command.ts';

export const PLATFORM_OPTIONS: Readonly<Record<string, OptionSpec & { readonly kind: 'value' }>> = Object.fromEntries(
  PLATFORM_SETTINGS.map((setting) => [
    setting.key,
    { names: [setting.flag], kind: 'value', summary: `${setting.summary} (or ${settingVariable(setting)})` },
  ]),
);
