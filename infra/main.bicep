metadata description = 'Cochin maintenance: the function app, its storage, identity, secret, telemetry and alerts. Deployed by azd up.'

targetScope = 'subscription'

@description('Name of the environment; with subscription and region it decides every name, so a second environment shares nothing with the first.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of everything. It must offer Flex Consumption: az functionapp list-flexconsumption-locations')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('IANA name of the time zone of the schedules.')
@minLength(1)
param timeZone string = 'Europe/Paris'

@description('Whether quote alerts and notices go to Discord. It stays true on every later deployment, also on one without the address.')
param discord bool = false

@description('Address of the Discord webhook. It goes to the vault; empty leaves alone what is in the vault.')
@secure()
param discordWebhookUrl string = ''

@description('Language of the messages in Discord.')
@allowed(['fr-FR', 'en-GB'])
param discordCulture string = 'fr-FR'

@description('Mail address of those who want to hear when something is wrong. Without it, alerts show in the portal only.')
param alertEmail string = ''

@description('HTTPS address that alerts are posted to in the common alert schema; empty for none.')
@secure()
param alertWebhookUrl string = ''

@description('Object id of a person or group that looks at the data from outside with the cochin command; empty for nobody.')
param operatorPrincipalId string = ''

@description('What the operator is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param operatorPrincipalType string = 'User'

@description('Whether to make an identity for the Django application: it may write backups, operations and quotes, and nothing else.')
param djangoIdentity bool = false

@description('Whether the storage accounts and the vault are reached over a virtual network only.')
param privateNetworking bool = false

@description('Redundancy of the data account.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_RAGRS', 'Standard_GZRS', 'Standard_RAGZRS'])
param dataRedundancy string = 'Standard_ZRS'

@description('Days for which deleted blobs, containers and old versions of backups can be brought back.')
@minValue(7)
@maxValue(365)
param recoveryDays int = 30

@description('Days for which nobody can change or delete the audit log, its owner included; 0 for no such policy.')
@minValue(0)
@maxValue(3650)
param auditImmutabilityDays int = 0

@description('Days after which the audit log is deleted; 0 keeps it for ever.')
@minValue(0)
@maxValue(36500)
param auditRetentionDays int = 0

@description('Days for which telemetry is kept.')
@minValue(30)
@maxValue(730)
param telemetryRetentionDays int = 90

@description('Most that the workspace takes in a day, in GB: a guard against a bill, far above what the app writes.')
@minValue(1)
@maxValue(100)
param telemetryDailyCapGb int = 1

@description('The temporary areas of the backup container, which the clean-up may empty: Cochin__Temp__Areas.')
@minLength(1)
@maxLength(8)
param temporaryAreas string[] = ['temp/', 'restore_temp/', 'uploads/']

@description('Jobs that the settings define (Cochin__Jobs__JOB__Task), each with the hours after which its silence is an alert: its period, plus the time it may be late.')
param furtherJobs { name: string, limitHours: int }[] = []

@description('Further settings of the program, by name; see the README.')
param settings programSettings = {}

@description('Settings of the program that have no parameter of their own.')
type programSettings = {
  Cochin__Backups__ExpectedHours: string?
  Cochin__Backups__Extensions: string?
  Cochin__Backups__GraceMinutes: string?
  Cochin__Devis__CatchUpDays: string?
  Cochin__Discord__AllowAnyHost: string?
  Cochin__Discord__MaxAttempts: string?
  Cochin__Discord__TimeoutSeconds: string?
  Cochin__History__Days: string?
  Cochin__Runs__LimitMinutes: string?
  Cochin__Watch__DigestSchedule: string?
  Cochin__Watch__OverduePeriods: string?
  Cochin__Watch__ReminderHours: string?
  @description('Settings of single jobs: Cochin__Jobs__JOB__Schedule and so on; OTEL_ settings.')
  *: string
}

var nameToken = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName, application: 'cochin-maintenance' }
var usesDiscord = discord || !empty(discordWebhookUrl)
var auditContainer = auditImmutabilityDays > 0 ? 'cochin-audit' : 'cochin'

// Period, and how late a success may be: runs that failed are tried again for an hour or two, and an outage is made up.
var jobs = [
  { name: 'check_devis_notifications', limitHours: 24 + 4 }
  { name: 'cleanup_temp_files', limitHours: 24 + 4 }
  { name: 'cleanup_temp_files_weekend', limitHours: 7 * 24 + 12 }
  { name: 'cleanup_stuck_operations', limitHours: 6 + 2 }
  { name: 'rebuild_backup_paths', limitHours: 7 * 24 + 12 }
]

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-cochin-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { location: location, tags: tags, nameToken: nameToken, withDjango: djangoIdentity }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  scope: group
  params: {
    location: location
    tags: tags
    nameToken: nameToken
    hostStorageId: storage.outputs.hostAccountId
    dataStorageId: storage.outputs.dataAccountId
    vaultId: vault.?outputs.vaultId ?? ''
    withVault: usesDiscord
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    nameToken: nameToken
    redundancy: dataRedundancy
    recoveryDays: recoveryDays
    auditContainer: auditContainer
    auditImmutabilityDays: auditImmutabilityDays
    auditRetentionDays: auditRetentionDays
    temporaryAreas: temporaryAreas
    isPrivate: privateNetworking
    appPrincipalId: identity.outputs.appPrincipalId
    djangoPrincipalId: identity.outputs.djangoPrincipalId
    withDjango: djangoIdentity
    operatorPrincipalId: operatorPrincipalId
    operatorPrincipalType: operatorPrincipalType
  }
}

module vault 'modules/vault.bicep' = if (usesDiscord) {
  scope: group
  params: {
    location: location
    tags: tags
    nameToken: nameToken
    webhookUrl: discordWebhookUrl
    appPrincipalId: identity.outputs.appPrincipalId
    isPrivate: privateNetworking
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    nameToken: nameToken
    retentionDays: telemetryRetentionDays
    dailyCapGb: telemetryDailyCapGb
    appPrincipalId: identity.outputs.appPrincipalId
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    nameToken: nameToken
    workspaceId: monitoring.outputs.workspaceId
    storageAccountId: storage.outputs.dataAccountId
    jobs: concat(jobs, furtherJobs)
    alertEmail: alertEmail
    alertWebhookUrl: alertWebhookUrl
  }
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    nameToken: nameToken
    identityId: identity.outputs.appIdentityId
    identityClientId: identity.outputs.appClientId
    hostAccountName: storage.outputs.hostAccountName
    packageContainerUri: storage.outputs.packageContainerUri
    subnetId: network.?outputs.appSubnetId ?? ''
    settings: union(settings, {
      CochinStorage__blobServiceUri: storage.outputs.blobServiceUri
      CochinStorage__tableServiceUri: storage.outputs.tableServiceUri
      CochinStorage__credential: 'managedidentity'
      CochinStorage__clientId: identity.outputs.appClientId
      Cochin__Storage__BackupContainer: 'backups'
      Cochin__Storage__SystemContainer: 'cochin'
      Cochin__Storage__AuditContainer: auditContainer
      Cochin__Storage__TablePrefix: 'Cochin'
      Cochin__TimeZone: timeZone
      Cochin__Temp__Areas: join(temporaryAreas, ' ')
      Cochin__Discord__Culture: discordCulture
      APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.appClientId};Authorization=AAD'
    }, usesDiscord ? {
      Cochin__Discord__WebhookUrl: '@Microsoft.KeyVault(SecretUri=${vault.?outputs.webhookSecretUri ?? ''})'
    } : {})
  }
}

@description('The resource group with everything in it.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app.')
output COCHIN_APP string = app.outputs.name

@description('For the cochin command on another machine: CochinStorage__blobServiceUri.')
output COCHIN_BLOB_SERVICE_URI string = storage.outputs.blobServiceUri

@description('For the cochin command on another machine: CochinStorage__tableServiceUri.')
output COCHIN_TABLE_SERVICE_URI string = storage.outputs.tableServiceUri

@description('Client id of the identity for the Django application; empty where none is made.')
output COCHIN_DJANGO_CLIENT_ID string = identity.outputs.djangoClientId
