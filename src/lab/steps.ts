/** What running functions of a scenario in steps takes, for those who load scenarios. */
export { asked, callMaybe, callMethod, callValue, startedBy, type Steps } from '../hw/steps.ts'
