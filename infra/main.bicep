metadata description = 'Cochin maintenance: the function app, its storage, identity, secret, telemetry and alerts. Deployed by azd up.'

targetScope = 'subscription'

@description('Name of the environment. Together with the subscription and the region it determines all resource names, so environments share nothing.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('Region of all resources. It must support Flex Consumption: az functionapp list-flexconsumption-locations')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('IANA time zone of the schedules.')
@minLength(1)
param timeZone string = 'Europe/Paris'

@description('Whether to send quote alerts and notices to Discord. Keep it true on later deployments, even without the webhook URL.')
param discord bool = false

@description('Discord webhook URL, stored in the key vault. If empty, the stored secret does not change.')
@secure()
param discordWebhookUrl string = ''

@description('Whether to decrypt backups to verify their contents. Keep it true on later deployments, even without the key.')
param backupDecryption bool = false

@description('SECRET_KEY of the Django application, which decrypts backups; stored in the key vault. If empty, the stored secret does not change.')
@secure()
param djangoSecretKey string = ''

@description('Language of the Discord messages.')
@allowed(['fr-FR', 'en-GB'])
param discordCulture string = 'fr-FR'

@description('Email address for alerts. Without it, alerts are shown in the portal only.')
param alertEmail string = ''

@description('HTTPS URL that receives alerts in the common alert schema; empty for none.')
@secure()
param alertWebhookUrl string = ''

@description('Object id of the user, group or service principal that uses the cochin command from another machine; empty for none.')
param operatorPrincipalId string = ''

@description('Principal type of the operator.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param operatorPrincipalType string = 'User'

@description('Whether to create an identity for the Django application, which may write only backups, operations and quotes.')
param djangoIdentity bool = false

@description('Whether to allow access to the storage accounts and the key vault over a virtual network only.')
param privateNetworking bool = false

@description('Memory of each instance in MB. The plan bills it for each second of a run; see docs/cost.md.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 512

@description('Redundancy of the data account.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_RAGRS', 'Standard_GZRS', 'Standard_RAGZRS'])
param dataRedundancy string = 'Standard_ZRS'

@description('Days for which deleted blobs, containers and old versions of backups can be restored.')
@minValue(7)
@maxValue(365)
param recoveryDays int = 30

@description('Days for which the audit log is immutable; 0 for no immutability policy.')
@minValue(0)
@maxValue(3650)
param auditImmutabilityDays int = 0

@description('Days after which the audit log is deleted; 0 keeps it indefinitely.')
@minValue(0)
@maxValue(36500)
param auditRetentionDays int = 0

@description('Days for which telemetry is kept.')
@minValue(30)
@maxValue(730)
param telemetryRetentionDays int = 90

@description('Daily cap of the workspace in GB. It limits the cost and is far above what the app writes.')
@minValue(1)
@maxValue(100)
param telemetryDailyCapGb int = 1

@description('Temporary areas of the backup container that the cleanup may empty (Cochin__Temp__Areas).')
@minLength(1)
@maxLength(8)
param temporaryAreas string[] = ['temp/', 'restore_temp/', 'uploads/']

@description('Additional jobs (Cochin__Jobs__JOB__Task), and default jobs with another limit. limitHours is the time without a success that raises an alert: the period of the job plus the time it may be late.')
param furtherJobs { name: string, limitHours: int }[] = []

@description('Other settings of the program, by name; see the README.')
param settings programSettings = {}

@description('Settings of the program without a separate parameter.')
type programSettings = {
  Cochin__Backups__ExpectedHours: string?
  Cochin__Backups__Extensions: string?
  Cochin__Backups__GraceMinutes: string?
  Cochin__Devis__CatchUpDays: string?
  Cochin__Discord__AllowAnyHost: string?
  Cochin__Discord__MaxAttempts: string?
  Cochin__Discord__TimeoutSeconds: string?
  @description('Set on the app only to let it watch the job sync_django, which runs on another machine.')
  Cochin__Django__Database: string?
  Cochin__Django__Backups: string?
  Cochin__Django__PathRoot: string?
  Cochin__History__Days: string?
  Cochin__Retention__FromConfigurations: string?
  Cochin__Retention__KeepDaily: string?
  Cochin__Retention__KeepLast: string?
  Cochin__Retention__KeepMonthly: string?
  Cochin__Retention__KeepWeekly: string?
  Cochin__Retention__KeepWithinDays: string?
  Cochin__Retention__KeepYearly: string?
  Cochin__Runs__LimitMinutes: string?
  Cochin__Watch__DigestSchedule: string?
  Cochin__Watch__OverduePeriods: string?
  Cochin__Watch__ReminderHours: string?
  @description('Settings of individual jobs, such as Cochin__Jobs__JOB__Schedule, and OTEL_ settings.')
  *: string
}

var nameToken = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName, application: 'cochin-maintenance' }
var usesDiscord = discord || !empty(discordWebhookUrl)
var usesDjangoKey = backupDecryption || !empty(djangoSecretKey)
var usesVault = usesDiscord || usesDjangoKey
var auditContainer = auditImmutabilityDays > 0 ? 'cochin-audit' : 'cochin'

// A job that exists only once a rule is set: an alert about one that does not exist would never end.
var prunesBackups = !empty(filter(
  items(settings),
  setting => startsWith(setting.key, 'Cochin__Retention__') && !contains(['', '0', 'false'], toLower(trim(setting.?value ?? '')))
))

// The period plus the time a success may be late, because failed runs are retried for an hour or two and missed runs are caught up.
var jobs = concat([
  { name: 'check_devis_notifications', limitHours: 24 + 4 }
  { name: 'cleanup_temp_files', limitHours: 24 + 4 }
  { name: 'cleanup_temp_files_weekend', limitHours: 7 * 24 + 12 }
  { name: 'cleanup_stuck_operations', limitHours: 6 + 2 }
  { name: 'rebuild_backup_paths', limitHours: 7 * 24 + 12 }
  { name: 'verify_backups', limitHours: 24 + 4 }
], prunesBackups ? [
  { name: 'prune_backups', limitHours: 7 * 24 + 12 }
] : [])

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
    withVault: usesVault
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

module vault 'modules/vault.bicep' = if (usesVault) {
  scope: group
  params: {
    location: location
    tags: tags
    nameToken: nameToken
    withWebhook: usesDiscord
    webhookUrl: discordWebhookUrl
    withDjangoKey: usesDjangoKey
    djangoSecretKey: djangoSecretKey
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
    jobs: concat(filter(jobs, job => !contains(map(furtherJobs, other => other.name), job.name)), furtherJobs)
    alertEmail: alertEmail
    alertWebhookUrl: alertWebhookUrl
  }
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    instanceMemoryMB: instanceMemoryMB
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
    } : {}, usesDjangoKey ? {
      Cochin__Backups__DjangoSecretKey: '@Microsoft.KeyVault(SecretUri=${vault.?outputs.djangoKeySecretUri ?? ''})'
    } : {})
  }
}

@description('The resource group of the deployment.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app.')
output COCHIN_APP string = app.outputs.name

@description('Value of CochinStorage__blobServiceUri for the cochin command on another machine.')
output COCHIN_BLOB_SERVICE_URI string = storage.outputs.blobServiceUri

@description('Value of CochinStorage__tableServiceUri for the cochin command on another machine.')
output COCHIN_TABLE_SERVICE_URI string = storage.outputs.tableServiceUri

@description('Client id of the identity for the Django application; empty if there is none.')
output COCHIN_DJANGO_CLIENT_ID string = identity.outputs.djangoClientId
